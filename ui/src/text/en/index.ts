// English, the language that all others follow.
import { activity } from "./activity";
import { common, time } from "./common";
import { connect } from "./connect";
import { first } from "./first";
import { instance } from "./instance";
import { overview } from "./overview";
import { pools } from "./pools";
import { settings } from "./settings";
import { shell } from "./shell";
import { signin } from "./signin";
import { statistics } from "./statistics";

export const en = {
  activity,
  common,
  connect,
  first,
  instance,
  overview,
  pools,
  settings,
  shell,
  signin,
  statistics,
  time,
};

/** What a language has to say. */
export type Texts = typeof en;
