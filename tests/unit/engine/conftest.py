"""The fixtures of this folder."""

from tests.support.pair import anna, bo, talk, world

__all__ = ["anna", "bo", "talk", "world"]
