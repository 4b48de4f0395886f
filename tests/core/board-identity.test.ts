// Whether two boards are one, by what their bootloaders tell.
import { describe, expect, it } from 'vitest';
import { likeness, romSerials, type BoardMarks } from '#core/board-identity.ts';

/** Words as they are printed, made bytes as they are read. */
const id = (...words: readonly number[]): string =>
	words
		.flatMap((word) => [word, word >>> 8, word >>> 16, word >>> 24])
		.map((byte) => (byte & 0xff).toString(16).toUpperCase().padStart(2, '0'))
		.join('');

const F405: BoardMarks = { name: 'STM32F405/407/415/417, 1 MiB', productId: 0x413 };
const L476: BoardMarks = { name: 'STM32L471/475/476/485/486, 1 MiB', productId: 0x415 };
const H743: BoardMarks = { name: 'STM32H742/743, 2 MiB', productId: 0x450 };
/** Of a board in libopencm3's issue 760, with its serial number. */
const ONE = id(0x002d0030, 0x3334510b, 0x32313533);
const ITS_SERIAL = '325E35633334';
const ANOTHER = id(0x002d0031, 0x3334510b, 0x32313533);
const byUsb = ({ name }: BoardMarks, usbSerial?: string): BoardMarks => ({
	name,
	...(usbSerial !== undefined && { usbSerial }),
});

describe('the serial number a ROM makes of a unique ID', () => {
	it('is the one a board showed', () => {
		expect(romSerials(ONE).f4).toBe(ITS_SERIAL);
	});

	it('of blank memory is the one seen on boards that have none', () => {
		expect(romSerials('F'.repeat(24)).f4).toBe('FFFFFFFEFFFF');
	});

	it('has the upper half of the last word on F3', () => {
		expect(romSerials(id(0x003b0041, 0x50335706, 0x20333333)).f3).toBe('206E33742033');
	});

	it('is ten higher on F76x', () => {
		// In the application, which adds nothing, the board showed 356F34533438.
		const uniqueId = id(0x003b001e, 0x34385100, 0x35343435);
		expect(romSerials(uniqueId).f4).toBe('356F34533438');
		expect(romSerials(uniqueId).f76x).toBe('356F345D3438');
	});
});

describe('two boards', () => {
	it('are told by their unique IDs', () => {
		const a = { ...F405, uniqueId: ONE };
		expect(likeness(a, { ...a })).toBe('same');
		expect(likeness(a, { ...a, uniqueId: ONE.toLowerCase() })).toBe('same');
		expect(likeness(a, { ...a, uniqueId: ANOTHER })).toBe('other');
	});

	it('are told by their serial numbers', () => {
		expect(likeness(byUsb(F405, ITS_SERIAL), byUsb(F405, ITS_SERIAL))).toBe('same');
		expect(likeness(byUsb(F405, ITS_SERIAL), byUsb(F405, '325E35643334'))).toBe('other');
	});

	it('are not told by numbers that change with the power', () => {
		const [before, after] = [byUsb(L476, '05FA03B042C5'), byUsb(L476, 'F0F30783F95C')];
		expect(likeness(before, after)).toBe('unsure');
		expect(likeness(before, { ...before })).toBe('same');
	});

	it.each([F405, L476])('are told across UART and USB: $name', (kind) => {
		const byUart = { ...kind, uniqueId: ONE };
		expect(likeness(byUart, byUsb(kind, ITS_SERIAL))).toBe('same');
		expect(likeness(byUsb(kind, ITS_SERIAL.toLowerCase()), byUart)).toBe('same');
	});

	it('are two across UART and USB where the rule of the ROM is known, else nobody knows', () => {
		expect(likeness({ ...F405, uniqueId: ANOTHER }, byUsb(F405, ITS_SERIAL))).toBe('other');
		expect(likeness({ ...L476, uniqueId: ANOTHER }, byUsb(L476, ITS_SERIAL))).toBe('unsure');
	});

	it('are not one by the rule of another chip', () => {
		// Ten places further on the wafer.
		const near = id(0x002d0026, 0x3334510b, 0x32313533);
		expect(romSerials(near).f76x).toBe(ITS_SERIAL);
		expect(likeness({ ...L476, uniqueId: near }, byUsb(L476, ITS_SERIAL))).toBe('unsure');
		const f76x = { name: 'STM32F765/767/769, 2 MiB', productId: 0x451 };
		expect(likeness({ ...f76x, uniqueId: near }, byUsb(f76x, ITS_SERIAL))).toBe('same');
		expect(likeness({ ...f76x, uniqueId: ONE }, byUsb(f76x, ITS_SERIAL))).toBe('unsure');
	});

	it.each(['200364500000', '200000500000', 'FFFFFFFEFFFF', 'STM32', 'STM32FxSTM32', ''])(
		'are not one for saying %j',
		(serial) => {
			expect(likeness(byUsb(H743, serial), byUsb(H743, serial))).toBe('unsure');
			expect(likeness(byUsb(H743, serial), byUsb(H743, ITS_SERIAL))).toBe('unsure');
		},
	);

	it.each(['0'.repeat(24), 'F'.repeat(24), '', 'no hex'])(
		'are not one for the ID %j',
		(uniqueId) => {
			const a = { ...F405, uniqueId };
			expect(likeness(a, { ...a })).toBe('unsure');
		},
	);

	it('that tell no number are two where their kinds differ, and never one', () => {
		expect(likeness(F405, F405)).toBe('unsure');
		expect(likeness(F405, L476)).toBe('other');
		expect(likeness({ ...F405, uniqueId: ONE }, F405)).toBe('unsure');
		// By USB a chip may be called otherwise before the part was chosen.
		expect(likeness(H743, byUsb({ name: 'STM32H742/743, 1 MiB' }))).toBe('unsure');
		expect(likeness(H743, byUsb(F405))).toBe('other');
		expect(likeness(byUsb({ name: 'Bootloader' }), byUsb({ name: 'Bootloader' }))).toBe('unsure');
		expect(likeness(byUsb({ name: 'Bootloader' }), byUsb(F405))).toBe('other');
	});
});
