// The composition root: sees everything, decides only the wiring.
import { mount } from 'svelte';
import { watchUpdates } from '#ports/updates.ts';
import App from './App.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');
mount(App, { target });

void watchUpdates({
	onWaiting: () => undefined,
	onOfflineReady: () => undefined,
	onOfflineRefused: () => undefined,
});
