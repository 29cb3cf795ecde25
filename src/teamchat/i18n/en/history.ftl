error-reason-history-given-already = Another device of yours is already giving its history, or this one has asked for it itself. Wait until it has come, or have the new device ask again.
error-reason-no-history-backup = Your organisation does not keep backups of histories. Your devices keep their own.
