// The formats a memory content can be saved as, for the views that offer them. Loaded with those views.
export { writers } from '#formats/writers.ts';
