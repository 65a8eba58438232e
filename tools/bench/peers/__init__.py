"""Our response latency beside that of peers: the same requests, machine and weights, in turns."""
