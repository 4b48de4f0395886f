// The formats a memory content can be saved as, and bytes as an image, for the views that offer them. Loaded with those
// views.
export { writers } from '#formats/writers.ts';
export { blobImage } from './open-file.ts';
