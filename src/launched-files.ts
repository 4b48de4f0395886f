// Files that the system hands to the installed app (Web App Launch Handler): opened, unless a job is running.
import type { Session } from '#session/session.svelte.ts';

interface LaunchQueue {
	setConsumer(consumer: (launch: { readonly files?: readonly FileSystemHandle[] }) => void): void;
}

export function openLaunchedFiles(session: Session): void {
	const { launchQueue } = window as Window & { readonly launchQueue?: LaunchQueue };
	launchQueue?.setConsumer(({ files }) => {
		if (files?.length) void open(session, files);
	});
}

async function open(session: Session, handles: readonly FileSystemHandle[]): Promise<void> {
	const files = await Promise.all(
		handles
			.filter((handle): handle is FileSystemFileHandle => handle.kind === 'file')
			.map((handle) => handle.getFile()),
	);
	// A job's board must not change under it; the file can be opened again afterwards.
	if (session.state.job.status !== 'running') await session.open(files);
}
