// Statistics.
export const statistics = {
  estimate: "“~” is an estimate: this provider reports no usage.",
  unreadable: "Statistics cannot be read now; serving is not affected.",
};
