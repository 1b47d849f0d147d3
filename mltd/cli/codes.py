"""What the program's exit codes mean."""

#: Done, and all gates hold.
DONE = 0
#: A gate failed.
GATE = 1
#: Wrong usage or configuration, a pack that does not load.
USAGE = 2
#: The program itself failed, or a rule did.
FAILED = 3
#: Interrupted by the person at the keyboard.
INTERRUPTED = 130
