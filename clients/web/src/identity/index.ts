/**
 * Who somebody is: keys, certificates, the directory of devices, and what keeps secrets.
 *
 * The twin of `src/teamchat/identity`: the same rooms, the same checks in the same order, the same
 * reasons. This file is only a map; import from the rooms. From the ground up:
 *
 *     errors, typing, encoding, canonical_json   what goes wrong; texts; formats
 *     keys, sealing, crockford, sas_pictures     signatures, authenticated encryption, tables
 *     certificate                                who says that a device is a person's
 *     statements, entries                        what the key directory says, and how it is written
 *     layered, directory_reading, key_directory  which devices are whose
 *     safety_number, sas                         what people compare
 *     session_proof, removal_question            what a device signs for the server
 *     words, recovery                            what a person writes down
 *     vault                                      what a device stores
 *     device_box                                 what is sealed for another device
 *     shamir, custody_key, custody               what several people keep together
 *     linking                                    how a new device is let in
 *
 * Whatever signs, verifies or stretches returns a Promise; sealing is synchronous.
 */

export {};
