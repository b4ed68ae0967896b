#pragma once
// The growable array that the grammar's scanner.c asks for. Debian's libtree-sitter-dev does not have this header and
// the grammar's source package does not carry it, so here are just the operations that the scanner uses, under its
// names. Running out of memory ends the process: the scanner has no way to say so.

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "tree_sitter/parser.h"

#define Array(Type)    \
  struct {             \
    Type* contents;    \
    uint32_t size;     \
    uint32_t capacity; \
  }

static inline void* touchstone_array_grown(void* contents, uint32_t* capacity, uint32_t wanted, size_t element) {
  if (wanted <= *capacity) return contents;
  uint32_t larger = *capacity * 2 > wanted ? *capacity * 2 : wanted;
  if (larger < 8) larger = 8;
  void* grown = realloc(contents, larger * element);
  if (grown == NULL) abort();
  *capacity = larger;
  return grown;
}

#define array_init(self) ((self)->contents = NULL, (self)->size = 0, (self)->capacity = 0)
#define array_delete(self) (free((self)->contents), array_init(self))
#define array_reserve(self, wanted) \
  ((self)->contents = touchstone_array_grown((self)->contents, &(self)->capacity, (wanted), sizeof(*(self)->contents)))
#define array_push(self, element) \
  (array_reserve(self, (self)->size + 1), (self)->contents[(self)->size++] = (element))
#define array_get(self, index) (assert((uint32_t)(index) < (self)->size), &(self)->contents[index])
#define array_back(self) array_get(self, (self)->size - 1)
#define array_pop(self) (assert((self)->size > 0), (self)->contents[--(self)->size])
