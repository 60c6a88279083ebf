"""The procedures beside sharing: each is data, one machine runs them all."""
