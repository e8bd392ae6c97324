"""Processes in the page: what stock multiprocessing and concurrent.futures find below them.

A process is an interpreter of its own in a worker of its own. The library's files stay as they are; install.install() puts what is
here and in the extension in the places of `_multiprocessing`, `_posixshmem`, functions of `os` and a few seams of the library. It is done
once, when the page's snapshot is made, before the library is imported; natively nobody calls it.

    system.py       os: pids, waiting, pipes, signals, cores; starting a process
    connections.py  Pipe, Listener, Client, descriptors inside messages
    library.py      the seams: start methods, resource tracker, arenas, the main module of children
    child.py        what a child process runs
    guard.py        which part of a script without a guard its children take; statements.py: syntax trees
    unborn.py       children that end before they begin
    mains.py        the main program, as children get it
    pumps.py        the library's helper threads where there are no threads; steps.py: each of them
    served.py       a manager's server there
"""
