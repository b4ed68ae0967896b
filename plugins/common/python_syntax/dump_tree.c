/* A tree of tree-sitter as rows of numbers, for tests/similarity/trees.py: nodes in the text's order, parents first. */
#include <stdlib.h>
#include <string.h>
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_python(void);

enum { width = 10 };

struct dump {
  int32_t *rows; /* depth, symbol, named, missing, begin row, column, end row, column, field, note */
  int32_t count;
  char *notes; /* what tree-sitter prints of a leaf ERROR, each with its NUL; `note` is where, or -1 */
  int32_t size;
};

static int32_t note_of(struct dump *out, TSNode node) {
  if (strcmp(ts_node_type(node), "ERROR") != 0 || ts_node_child_count(node) != 0) return -1;
  char *said = ts_node_string(node);
  const int32_t length = (int32_t)strlen(said) + 1, at = out->size;
  out->notes = realloc(out->notes, (size_t)(at + length));
  memcpy(out->notes + at, said, (size_t)length);
  out->size += length;
  free(said);
  return at;
}

static void add(struct dump *out, TSTreeCursor *cursor, int32_t depth) {
  const TSNode node = ts_tree_cursor_current_node(cursor);
  const TSPoint begin = ts_node_start_point(node), end = ts_node_end_point(node);
  if ((out->count & (out->count - 1)) == 0)
    out->rows = realloc(out->rows, sizeof(int32_t) * width * (size_t)(out->count ? 2 * out->count : 1));
  const int32_t row[width] = {depth, (int32_t)ts_node_symbol(node), ts_node_is_named(node), ts_node_is_missing(node),
                              (int32_t)begin.row, (int32_t)begin.column, (int32_t)end.row, (int32_t)end.column,
                              (int32_t)ts_tree_cursor_current_field_id(cursor), note_of(out, node)};
  memcpy(out->rows + width * (size_t)out->count++, row, sizeof row);
}

struct dump *dump_tree(const char *text, uint32_t size) {
  struct dump *out = calloc(1, sizeof *out);
  TSParser *parser = ts_parser_new();
  ts_parser_set_language(parser, tree_sitter_python());
  TSTree *tree = ts_parser_parse_string(parser, NULL, text, size);
  TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(tree));
  for (int32_t depth = 0; depth >= 0;) {
    add(out, &cursor, depth);
    if (ts_tree_cursor_goto_first_child(&cursor)) {
      ++depth;
      continue;
    }
    while (!ts_tree_cursor_goto_next_sibling(&cursor) && --depth >= 0) ts_tree_cursor_goto_parent(&cursor);
  }
  ts_tree_cursor_delete(&cursor);
  ts_tree_delete(tree);
  ts_parser_delete(parser);
  return out;
}

char *print_tree(const char *text, uint32_t size) {
  TSParser *parser = ts_parser_new();
  ts_parser_set_language(parser, tree_sitter_python());
  TSTree *tree = ts_parser_parse_string(parser, NULL, text, size);
  char *said = ts_node_string(ts_tree_root_node(tree));
  ts_tree_delete(tree);
  ts_parser_delete(parser);
  return said;
}

void free_dump(struct dump *it) {
  free(it->rows);
  free(it->notes);
  free(it);
}

const char *symbol_name(int32_t symbol) {
  return symbol == 65535 ? "ERROR" : ts_language_symbol_name(tree_sitter_python(), (TSSymbol)symbol);
}

const char *field_name(int32_t field) {
  return field ? ts_language_field_name_for_id(tree_sitter_python(), (TSFieldId)field) : "";
}
