// One-time bytes: read when somebody asks for them, written only when it was typed out, and proved by reading back.
import { firstDifference } from '#core/bytes.ts';
import { Failure, toFailure } from '#core/failure.ts';
import { checkOtpWrite, OTP_PHRASE, otpBlocks, type OtpBlock, type OtpLayout } from '#core/otp.ts';
import { size } from '#core/range.ts';
import type { Loan, Returned } from './loan.ts';
import { readTwice } from './option-facts.ts';
import type { Board } from './state.ts';

/** RM0090 3.6.5 and RM0385 3.6: sixteen blocks, one lock byte each. */
const LOCKED_BLOCKS = 16;
const LOCKED_FAMILIES: readonly string[] = ['STM32F2', 'STM32F4', 'STM32F7'];

const never = new AbortController().signal;

/** Undefined where the chip has no OTP, or this bootloader does not show it. */
export function otpLayout({ memory, device }: Board): OtpLayout | undefined {
	const regions = memory
		.filter(({ kind }) => kind === 'otp')
		.sort((a, b) => size(b.range) - size(a.range));
	const [main, ...others] = regions;
	if (!main || !device) return undefined;
	const flash = memory.find(({ kind }) => kind === 'flash');
	const locked = LOCKED_FAMILIES.includes(device.family);
	const unit = Math.max(4, flash?.writeSize ?? 4);
	const lock = locked ? others[0]?.range.start : undefined;
	return {
		range: main.range,
		unit: locked ? 4 : unit,
		once: !locked,
		...(lock !== undefined && { locks: { address: lock, blocks: LOCKED_BLOCKS } }),
	};
}

export async function readOtp(loan: Loan): Promise<Returned<readonly OtpBlock[] | Failure>> {
	const { connection, signal } = loan;
	const layout = otpLayout(connection.board);
	if (!layout) return { result: [], connection };
	try {
		return { result: await blocksOf(loan, layout, signal), connection };
	} catch (error) {
		const failure = toFailure(error);
		await connection.programmer.close();
		connection.release();
		return { result: failure, connection: undefined, failure };
	}
}

export interface OtpWrite {
	readonly address: number;
	readonly data: Uint8Array;
	readonly typed: string;
}

/** Undefined: written and read back. */
export async function writeOtp(
	loan: Loan,
	write: OtpWrite,
): Promise<Returned<Failure | undefined>> {
	const { connection, signal } = loan;
	const layout = otpLayout(connection.board);
	const { address, data, typed } = write;
	if (typed !== OTP_PHRASE)
		return { result: new Failure('option.phrase', { phrase: OTP_PHRASE }), connection };
	if (!layout) {
		const { start, end } = { start: address, end: address + data.length };
		return { result: new Failure('otp.outside', { start, end, unit: 4 }), connection };
	}
	try {
		const blocks = await blocksOf(loan, layout, signal);
		if (blocks instanceof Failure) return { result: blocks, connection };
		checkOtpWrite(layout, blocks, address, data);
		const { transferSize } = connection.programmer.limits;
		for (let offset = 0; offset < data.length; offset += transferSize) {
			const part = data.subarray(offset, offset + transferSize);
			await connection.programmer.write(address + offset, part, never);
		}
		const range = { start: address, end: address + data.length };
		const read = await readTwice(connection.programmer, range, never);
		if (read instanceof Failure) return { result: read, connection };
		const at = firstDifference(read, data);
		if (at < 0) return { result: undefined, connection };
		const values = { address: address + at, found: read[at] ?? 0, expected: data[at] ?? 0 };
		return { result: new Failure('otp.mismatch', values), connection };
	} catch (error) {
		const failure = toFailure(error);
		if (failure.code.startsWith('otp.')) return { result: failure, connection };
		await connection.programmer.close();
		connection.release();
		return { result: failure, connection: undefined, failure };
	}
}

async function blocksOf(
	{ connection }: Loan,
	layout: OtpLayout,
	signal: AbortSignal,
): Promise<OtpBlock[] | Failure> {
	const bytes = await readTwice(connection.programmer, layout.range, signal);
	if (bytes instanceof Failure) return bytes;
	const { locks } = layout;
	if (!locks) return otpBlocks(layout, bytes, new Uint8Array());
	const range = { start: locks.address, end: locks.address + locks.blocks };
	const lockBytes = await readTwice(connection.programmer, range, signal);
	return lockBytes instanceof Failure ? lockBytes : otpBlocks(layout, bytes, lockBytes);
}
