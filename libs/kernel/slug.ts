/** The name of a thing, in addresses and streams. */
export const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** What to say of a text that is none. */
export const NO_SLUG = 'must be a slug: 1 to 63 lower case letters, digits and hyphens, not starting with a hyphen';
