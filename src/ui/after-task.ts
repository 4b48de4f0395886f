// One piece of work a task, in the order asked: between two of them the page can answer and draw.
const waiting: (() => void)[] = [];

/** Does it after the present task, and after what was asked before. Returns what calls it off. */
export function afterTask(work: () => void): () => void {
	waiting.push(work);
	if (waiting.length === 1) setTimeout(next);
	return () => {
		const place = waiting.indexOf(work);
		// The head keeps its place: the timer is set for it.
		if (place === 0) waiting[0] = () => undefined;
		else if (place > 0) waiting.splice(place, 1);
	};
}

function next(): void {
	try {
		waiting[0]?.();
	} finally {
		waiting.shift();
		if (waiting.length > 0) setTimeout(next);
	}
}
