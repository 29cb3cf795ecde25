## directory: what a person must know of the devices of others

alarm-entry-refused = Somebody tried to change the devices of { $who }, and could not show that it was { $who }. It was refused, and nothing is sent to such a device. Tell { $who } and your IT department.

## directory: evidence as files

cli-evidence-none = Nothing was found in the list of devices that should not be there; nothing was written.
cli-evidence-written = { $count ->
    [one] One finding was written.
   *[other] { $count } findings were written.
} Only you can read the files. Hand them to your data protection officer or works council: anybody can check them without teamchat.
cli-evidence-key = the public key of the list of devices. Compare it with the one that others have, for instance at your works council's witness.
cli-evidence-known = the state of the list that this device had read and checked, signed by the server.
cli-evidence-shown = the state of the list that the server has shown, as it came.
cli-evidence-claim = how many entries { $who } says to have seen, and the root (in hexadecimal) of that list. It is said and not signed; compare it with known.checkpoint.
cli-evidence-entry = entry { $index } of the list (counted from 0), as the server has logged it.
cli-evidence-proof = the proof that the server has signed a list with this entry.
cli-evidence-no-proof = The server did not give out what proves that the entry is in the list. Try again later, and keep these files.
cli-evidence-certificate = the certificate of the device that is not in the list.
cli-evidence-how = How to check it: .checkpoint files are signed notes (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), .tlog-proof files are proofs (c2sp.org/tlog-proof). Any program that reads these checks them with the key in log.vkey. Two signed checkpoints with the same number of entries and different roots prove that the server keeps two lists.
cli-evidence-digest = This finding is in the audit log of the server under the following digest, if the server writes down what it is told. It is the SHA-256 of what `sha256sum` says of the files in the order of their names, without READ-ME.txt and entry.tlog-proof:
