"""The screens: each composes widgets and turns what a person does into intents."""
