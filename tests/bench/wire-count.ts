// Counts what crosses a port: bytes both ways, and how often the host waited for an answer.
import type { SerialPortLike } from '#ports/serial-port.ts';
import type { UsbDeviceLike } from '#ports/usb-device.ts';

/** DFU 1.1 3. */
const UPLOAD = 2;

export class WireCount {
	bytes = 0;
	roundTrips = 0;
	/** Bytes of memory that a board was made to tell: what UPLOAD returned (DFU 1.1 3), and all a UART sent. */
	told = 0;
	/** The host has sent something since it last received. */
	#asked = false;

	tap = <P extends SerialPortLike | UsbDeviceLike>(port: P): P =>
		new Proxy(port, {
			get: (target, key) => {
				const value: unknown = Reflect.get(target, key, target);
				if (key === 'readable' && value) return this.#readable(value as ReadableStream<Uint8Array>);
				if (key === 'writable' && value) return this.#writable(value as WritableStream<Uint8Array>);
				if (typeof value !== 'function') return value;
				if (key !== 'controlTransferIn' && key !== 'controlTransferOut')
					return value.bind(target) as unknown;
				return async (...args: [USBControlTransferParameters]) => {
					this.roundTrips++;
					const result = (await Reflect.apply(value, target, args)) as {
						data?: DataView;
						bytesWritten?: number;
					};
					this.bytes += 8 + (result.data?.byteLength ?? result.bytesWritten ?? 0);
					if (args[0].request === UPLOAD) this.told += result.data?.byteLength ?? 0;
					return result;
				};
			},
		});

	#readable(stream: ReadableStream<Uint8Array>): unknown {
		return {
			getReader: () => {
				const reader = stream.getReader();
				return {
					read: async () => {
						const chunk = await reader.read();
						this.bytes += chunk.value?.length ?? 0;
						this.told += chunk.value?.length ?? 0;
						if (this.#asked) this.roundTrips++;
						this.#asked = false;
						return chunk;
					},
					cancel: () => reader.cancel(),
					releaseLock: () => {
						reader.releaseLock();
					},
				};
			},
		};
	}

	#writable(stream: WritableStream<Uint8Array>): unknown {
		return {
			getWriter: () => {
				const writer = stream.getWriter();
				return {
					write: (bytes: Uint8Array) => {
						this.bytes += bytes.length;
						this.#asked = true;
						return writer.write(bytes);
					},
					releaseLock: () => {
						writer.releaseLock();
					},
				};
			},
		};
	}
}
