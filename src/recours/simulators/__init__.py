"""What the simulators of outside services share: a journal, a port that can misbehave, and doors that steer it."""
