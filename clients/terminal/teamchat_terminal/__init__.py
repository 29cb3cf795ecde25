"""The terminal client: three regions, one accent, everything by keyboard and by mouse."""
