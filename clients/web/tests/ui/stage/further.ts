/** What the stage knows of further devices: what is shown, compared and asked for. */

import type {
  BackupState,
  Compared,
  Histories,
  HistoryWish,
  Linking,
  Met,
} from "../../../src/ui/core.ts";
import { NOW } from "./people.ts";

const SHOWN: Compared = {
  pictures: [
    { emoji: "🐶", english: "Dog", german: "Hund" },
    { emoji: "🚀", english: "Rocket", german: "Rakete" },
    { emoji: "🎂", english: "Cake", german: "Kuchen" },
    { emoji: "🔒", english: "Lock", german: "Schloss" },
    { emoji: "☂️", english: "Umbrella", german: "Regenschirm" },
    { emoji: "🦋", english: "Butterfly", german: "Schmetterling" },
    { emoji: "🎸", english: "Guitar", german: "Gitarre" },
  ],
  numbers: [4711, 1000, 9191],
};

export const CODES: Linking = {
  at: "codes",
  scanned: `TEAMCHAT-LINK:1:${"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".repeat(3).slice(0, 77)}`,
  typed: "4H7KQ-9TMZ2",
};
export const COMPARING: Linking = { at: "comparing", shown: SHOWN };
export const MET: Met = { name: "Chromium auf Linux", shown: SHOWN };
export const WISH: HistoryWish = {
  id: "w1",
  device: "d3",
  name: "Chromium auf Linux",
  giver: null,
};
export const HISTORIES: Histories = { policy: "30", asked: false, giver: null, because: null };

export const NO_BACKUP: BackupState = {
  allowed: true,
  wanted: false,
  exists: false,
  changed: 0,
  size: 0,
  keyKnown: true,
  because: null,
};
export const BACKUP: BackupState = {
  ...NO_BACKUP,
  wanted: true,
  exists: true,
  changed: NOW / 1000 - 93_600,
  size: 4_638_112,
};
