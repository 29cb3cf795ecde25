## link: why the connection is as it is

link-revoked = You were signed out because this device was removed or its session ended. Your messages stay on this device.
link-refused = The server closed the connection. Trying again.
link-not-stored = The disk of this device is full or cannot be written to. Make room; it then goes on by itself.
