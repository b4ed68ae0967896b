stub
wrong
