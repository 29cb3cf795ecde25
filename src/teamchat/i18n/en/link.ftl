## link: why the connection is as it is

link-revoked = The server ended the session of this device, and has not shown that the device was removed. Your messages stay here. Log in again.
link-refused = The server closed the connection. Trying again.
link-not-stored = The disk of this device is full or cannot be written to. Make room; it then goes on by itself.
