export const first = {};
