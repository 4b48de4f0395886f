import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { afterTask } from '#ui/after-task.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('does one piece a task, in the order asked', () => {
	const done: string[] = [];
	afterTask(() => {
		done.push('one');
		afterTask(() => void done.push('three'));
	});
	afterTask(() => void done.push('two'));
	expect(done).toEqual([]);
	vi.advanceTimersToNextTimer();
	expect(done).toEqual(['one']);
	vi.runAllTimers();
	expect(done).toEqual(['one', 'two', 'three']);
});

test('leaves out what was called off, first or later', () => {
	const done: string[] = [];
	const first = afterTask(() => void done.push('one'));
	const second = afterTask(() => void done.push('two'));
	afterTask(() => void done.push('three'));
	first();
	second();
	vi.runAllTimers();
	first();
	expect(done).toEqual(['three']);
});

test('goes on behind a piece that throws', () => {
	const done: string[] = [];
	afterTask(() => {
		throw new Error('broken');
	});
	afterTask(() => void done.push('two'));
	expect(() => vi.runAllTimers()).toThrow('broken');
	vi.runAllTimers();
	expect(done).toEqual(['two']);
});
