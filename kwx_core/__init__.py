"""The core of kwx: tables, contracts and transforms; no network, no clock, no environment."""
