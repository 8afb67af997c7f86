"""What stands behind the paper exchange: a simulated world and a recorded one."""
