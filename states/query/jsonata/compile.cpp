// From text to Program: parsing, shaping, regular expressions, resolving.

#include "states/query/jsonata/lexer.hpp"
#include "states/query/jsonata/program.hpp"
#include "states/query/jsonata/syntax.hpp"

namespace gradus::jsonata {

Result<std::shared_ptr<const Program>, Error>
compile_program(std::string_view text, Dialect dialect, std::span<const Scope* const> enclosing) {
    // Everything behind this counts on it: cutting texts, and regular expressions.
    if (!is_valid_utf8(text)) return make_error("S0201", 0, "text that is not UTF-8");
    GRADUS_TRY(SyntaxTree tree, parse(text));
    GRADUS_TRY(Syntax * root, shape(tree, tree.root));
    auto program = std::make_shared<Program>();
    program->text = text;
    program->dialect = dialect;
    for (const auto& regex : tree.regexes) {
        GRADUS_TRY(Regex compiled, Regex::compile(regex.pattern, regex.ignore_case, regex.multiline,
                                                  regex.position));
        program->regexes.push_back(std::move(compiled));
    }
    resolve(*program, root, enclosing);
    return std::shared_ptr<const Program>(std::move(program));
}

Result<Expression, Error> compile(std::string_view text, Dialect dialect) {
    GRADUS_TRY(auto program, compile_program(text, dialect, {}));
    return Expression(std::move(program));
}

const std::string& Expression::text() const { return program_->text; }
const std::vector<std::vector<std::string>>& Expression::free_variables() const {
    return program_->free_variables;
}
const InputUse& Expression::input_use() const { return program_->input_use; }

} // namespace gradus::jsonata
