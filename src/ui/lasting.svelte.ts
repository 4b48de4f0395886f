// What a component makes ends with it, derived values included: they stand still. What is to outlive the component that
// happened to need it first is made here.
export function lasting<T>(make: () => T): T {
	let made: { readonly it: T } | undefined;
	$effect.root(() => {
		made = { it: make() };
	});
	return made!.it;
}
