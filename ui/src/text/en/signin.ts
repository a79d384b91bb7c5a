export const signin = {};
