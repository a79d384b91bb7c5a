// Settings, and the files that go in and out.
export const settings = {
  files: {
    title: { import: "Import a pools file", export: "Export the pools" },
    text: {
      import:
        "Its secrets move into the vault; the file itself stays as it is. Instances that are here already are left out.",
      export: "All instances, without their secrets. The file must not exist yet.",
    },
    path: "Path of the file",
    example: { import: "/home/you/provider_pools.json", export: "/home/you/pools-export.json" },
    browse: "Choose…",
    verb: { import: "Import", export: "Export" },
    imported: (n: number) => (n === 1 ? "1 instance was added." : `${n} instances were added.`),
    rest: (known: number, foreign: number) =>
      [
        known > 0 ? `${known} were here before.` : "",
        foreign > 0 ? `${foreign} of types that this version does not know were kept.` : "",
      ]
        .filter(Boolean)
        .join(" "),
    exported: (n: number) => (n === 1 ? "1 instance was written." : `${n} instances were written.`),
    noSecrets: "The file holds no secret.",
  },
};
