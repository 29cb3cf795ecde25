/** What a page is shown of custodians and of the list of devices: pure functions, plain values. */

import type * as page from "../bridge/core.ts";
import type { LogEvidence, LogStatus, LogWitnesses } from "../engine/model.ts";
import type { DeviceId, UserId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import { encodeBase64 } from "../transparency/encoding.ts";
import { utf8Bytes } from "../utf8.ts";
import { type Custodian, type Custodians, type Custody, Standing } from "../wire/custody.ts";
import type { Asking } from "./custody_asking.ts";
import { said } from "./showing.ts";

const HOUR = 3600;
const GROUP = /.{1,4}/gu;

/** How somebody stands to the custodians. */
export function custodyOf(
  user: UserId,
  found: Custodians,
  own: Custody,
  requests: readonly Asking[],
): page.CustodyState {
  const { custodians, threshold, set } = found;
  const others = custodians.filter((each) => each.user.id !== user).length;
  const one = custodians.find((each) => each.user.id === user);
  const isEntrusted = own.deposit !== "" && own.set === set;
  return {
    custodians: custodians.map(custodianOf),
    threshold,
    entrusted: isEntrusted ? own.made : 0,
    canHelp: set !== "" && others >= threshold && custodians.every((each) => each.key !== null),
    asked: own.request !== null && own.request.standing !== Standing.USED,
    accepted: one === undefined ? null : one.key !== null,
    requests: requests.map(askingOf),
  };
}

/** The list of devices, for who has this device. */
export function deviceListOf(status: LogStatus, here: DeviceId): page.DeviceList {
  return {
    verdict: verdictOf(status),
    size: status.size,
    checksum: (encodeBase64(status.root).match(GROUP) ?? []).join(" "),
    checked: status.checked,
    findings: status.findings
      .map((each) => ({ at: each.time_ms, text: said(each.key, { who: each.who }) }))
      .reverse(),
    refused: status.refused.map((each) =>
      said("cli-log-refusal", { index: each.index + 1, who: each.who || "?" }),
    ),
    own: status.own.map(({ device, index, ended }) => {
      return { id: device, entry: index + 1, own: device === here, ended };
    }),
    witnesses: status.required === null ? null : witnessesOf(status.required),
    cosigners: status.cosigners,
    key: status.key,
  };
}

/** The files of all that was found, each under the name of its finding. */
export function evidenceOf(found: readonly LogEvidence[]): readonly page.Kept[] {
  return found.flatMap(({ finding, files, digest, proof }, place) => {
    const name = `${place + 1}-${finding.key}-${digest.slice(0, 8)}`;
    const kept = [...files].map(([file, data]) => fileOf(`${name}-${file}`, data));
    return proof === "" ? kept : [...kept, fileOf(`${name}-entry.tlog-proof`, utf8Bytes(proof))];
  });
}

/** A file for the person. */
export function fileOf(name: string, data: Bytes): page.Kept {
  return { name, data: new Uint8Array(data) };
}

/** Return what is to be thought of the list of devices. */
export function verdictOf({ findings, required, origin }: LogStatus): page.DeviceList["verdict"] {
  if (findings.length > 0 || required?.missing === true) return "bad";
  if (required?.late === true) return "late";
  return origin === "" ? "unread" : "good";
}

function witnessesOf({ names, quorum, met, until, stops, ...rest }: LogWitnesses): page.Witnesses {
  return { names, quorum, met, until, stops, hours: Math.floor(rest.maximum_age / HOUR) };
}

function custodianOf({ user, active, key }: Custodian): page.Custodian {
  const standing = !active ? "inactive" : key === null ? "not-accepted" : "accepted";
  return { name: user.display_name, userName: user.user_name, standing };
}

function askingOf({ request, name, userName, met, called }: Asking): page.CustodyAsking {
  const { id, made, verdict } = request;
  return { id, name, userName, met, called, made, verdict };
}
