## directory: what a person must know of the devices of others

alarm-entry-refused = Somebody tried to change the devices of { $who }, and could not show that it was { $who }. It was refused, and nothing is sent to such a device. Tell { $who } and your IT department.
