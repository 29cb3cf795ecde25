"""What goes wrong at the witness's own desk; what a stranger sends is only ever answered."""

from teamchat.errors import TeamchatError


class WitnessError(TeamchatError):
    """Something that the operator has to mend; its text is one sentence that says how."""
