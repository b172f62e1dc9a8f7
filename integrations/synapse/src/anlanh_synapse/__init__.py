"""A Synapse module that has an An Lành node screen what people send, before it is sent."""

from anlanh_synapse.module import AnLanh

__all__ = ["AnLanh"]
