/** The hash of the customer's page. */
export const isUpdateHash = (hash: string): boolean => /^#update(?:\/|$)/.test(hash);
