// Files the user opened from the desktop with the installed app (Web App Launch Handler API, WICG; the manifest's
// file_handlers). They may arrive in a tab that is busy: whoever listens decides when to look at them.
import { withFiles, type GivenFile } from './file-handles.ts';

interface LaunchQueue {
	setConsumer(
		consumer: (launch: { readonly files: readonly FileSystemFileHandle[] }) => void,
	): void;
}

/** Hands over the files of every launch, also of the one that started the page. Call it once. */
export function watchLaunchedFiles(
	listener: (files: readonly File[], given: readonly GivenFile[]) => void,
): void {
	const { launchQueue } = window as { launchQueue?: LaunchQueue };
	launchQueue?.setConsumer(({ files }) => {
		if (files.length === 0) return;
		void withFiles(files).then((given) => {
			listener(
				given.map(({ file }) => file),
				given,
			);
		});
	});
}
