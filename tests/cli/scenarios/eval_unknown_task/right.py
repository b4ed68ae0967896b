stub
right
