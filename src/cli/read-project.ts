// The project file that goes with a build: the one that is named, else the one that stands beside the firmware.
import { diagnostic, Failure, type Diagnostic } from '#core/failure.ts';
import type { Device } from '#core/device.ts';
import { MAX_PROJECT_SIZE, readProject, type Project } from '#formats/project-file.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';

export interface FoundProject {
	readonly path: string;
	readonly project: Project;
}

const NAME = 'sectorwise.json';

/**
 * `paths` are the files of the build. @throws UsageError where two stand beside them; Failure cli.unreadable, project.*:
 * one that is there and cannot be believed is not passed over, for what it protects would be lost.
 */
export async function findProject(
	io: Io,
	named: string | undefined,
	paths: readonly string[],
): Promise<FoundProject | undefined> {
	const beside = new Set(paths.map((path) => path.slice(0, path.search(/[^/\\]*$/)) + NAME));
	const found: string[] = [];
	for (const path of named === undefined ? beside : [named])
		if (named !== undefined || (await io.has(path))) found.push(path);
	const [path, other] = found;
	if (path === undefined) return undefined;
	if (other !== undefined)
		throw new UsageError(
			`Both ${path} and ${other} stand beside the files: name one by --project.`,
		);
	const source = await io.open(path);
	if (source.size > MAX_PROJECT_SIZE)
		throw new Failure('project.not-json', { reason: 'it is larger than any project file' });
	const text = new TextDecoder('utf-8').decode(await source.read(0, source.size));
	return { path, project: readProject(text) };
}

/** A warning where the project names another chip, with or without its package and temperature. */
export function otherDevice(
	{ name, device }: Project,
	{ parts }: Device,
	board: string,
): Diagnostic[] {
	if (device === undefined) return [];
	if (parts.some((part) => part.startsWith(device) || device.startsWith(part))) return [];
	return [diagnostic('warning', 'project.other-device', { name, device, board })];
}

/** @throws UsageError for a name that is none of the project's */
export function checkNames(found: FoundProject | undefined, names: readonly string[]): void {
	const known = found?.project.ranges.map(({ name }) => name) ?? [];
	const strange = names.find((name) => !known.includes(name));
	if (strange === undefined) return;
	const list = known.length > 0 ? known.join(', ') : 'none';
	throw new UsageError(`--give-up ${strange}: no such range. Protected by the project: ${list}.`);
}
