#include "states/query/path/path.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gradus::path {
namespace {

Value json(std::string_view text) { return parse_json(text).value(); }

std::string at(std::string_view path, std::string_view document) {
    auto result = evaluate(parse(path).value(), FixedScope(json(document)));
    return result ? to_json(*result) : "error: " + result.error().message;
}

std::string after_set(std::string_view path, std::string_view document, std::string_view value) {
    auto result = set(parse(path).value(), json(document), json(value));
    return result ? to_json(*result) : "error: " + result.error().message;
}

TEST(Path, follows_names_and_indices) {
    EXPECT_EQ(at("$", R"({"a":1})"), R"({"a":1})");
    EXPECT_EQ(at("$.a.b", R"({"a":{"b":null}})"), "null");
    EXPECT_EQ(at("$['a b'][\"c\"]", R"({"a b":{"c":3}})"), "3");
    EXPECT_EQ(at("$.items[10]", R"({"items":[0,1,2,3,4,5,6,7,8,9,"x"]})"), R"("x")");
    EXPECT_EQ(at("$[-1]", "[1,2,3]"), "3");
    EXPECT_EQ(at("$.delivery-partner", R"({"delivery-partner":"x"})"), R"("x")");
    EXPECT_EQ(at("$.naïve.日本", R"({"naïve":{"日本":1}})"), "1");
}

TEST(Path, reads_escapes_in_names) {
    EXPECT_EQ(at(R"($.a\.b)", R"({"a.b":1})"), "1");
    EXPECT_EQ(at(R"($.foo\@bar.baz\[\[.\?pretty)", R"({"foo@bar":{"baz[[":{"?pretty":2}}})"), "2");
    EXPECT_EQ(at(R"($['it\'s'])", R"({"it's":3})"), "3");
    EXPECT_EQ(at(R"($['\u0041'])", R"({"A":4})"), "4");
}

TEST(Path, knows_the_roots) {
    FixedScope scope(json(R"({"a":1})"), json(R"({"State":{"Name":"S"}})"), json(R"({"x":[7]})"));

    EXPECT_EQ(*evaluate(parse("$$.State.Name").value(), scope), Value("S"));
    EXPECT_EQ(*evaluate(parse("$$").value(), scope), scope.context());
    EXPECT_EQ(*evaluate(parse("$x[0]").value(), scope), Value(7));
    EXPECT_EQ(parse("$x[0]")->variable_name(), "x");
    EXPECT_EQ(parse("$x[0]")->variables_referenced(), std::vector<std::string>{"x"});
    EXPECT_EQ(parse("$$.x")->variables_referenced(), std::vector<std::string>{});
    EXPECT_FALSE(evaluate(parse("$y.a").value(), scope));
}

TEST(Path, words_misses_as_recorded) {
    EXPECT_EQ(at("$.X", "{}"), "error: No results for path: $['X']");
    EXPECT_EQ(at("$.a.X", R"({"a":{}})"), "error: No results for path: $['a']['X']");
    EXPECT_EQ(at("$.no.b", "{}"), "error: Missing property in path $['no']");
    EXPECT_EQ(at("$.a[3]", R"({"a":[1]})"), "error: No results for path: $['a'][3]");
    EXPECT_EQ(at("$.a[0]", R"({"a":{"b":[1,"x"]}})"),
              "error: Filter: [0] can only be applied to arrays. Current context is: {b=[1, x]}");
    EXPECT_EQ(at("$.a[0]", R"({"a":null})"), "error: The path $['a'] is null");
    EXPECT_EQ(at("$.a.b", R"({"a":"s"})"),
              "error: Expected to find an object with property ['b'] in path $['a'] but found "
              "'java.lang.String'. This is not a json object according to the JsonProvider: "
              "'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.");
}

TEST(Path, makes_the_messages_of_fields) {
    Path path = parse("$.X").value();
    FixedScope scope(json(R"({"a":1})"));

    EXPECT_EQ(invalid_path_message(path, evaluate(path, scope).error()),
              "Invalid path '$.X' : No results for path: $['X']");
    EXPECT_EQ(field_not_found_message(path, "value.$", scope),
              "The JSONPath '$.X' specified for the field 'value.$' could not be found in the "
              R"(input '{"a":1}')");
}

TEST(Path, gives_an_array_for_an_indefinite_path) {
    EXPECT_EQ(at("$.a[*].b", R"({"a":[{"b":1},{"c":2},3,{"b":4}]})"), "[1,4]");
    EXPECT_EQ(at("$.*", R"({"a":1,"b":[2]})"), "[1,[2]]");
    EXPECT_EQ(at("$..b", R"({"b":1,"a":[{"b":{"b":2}}]})"), R"([1,{"b":2},2])");
    EXPECT_EQ(at("$..[0]", "[[1],[2]]"), "[[1],1,2]");
    EXPECT_EQ(at("$[0,2,9]", "[1,2,3]"), "[1,3]");
    EXPECT_EQ(at("$.a[*]", "{}"), "[]");
    EXPECT_EQ(at("$.a[:1].b", "{}"), "[]"); // recorded: also where Jayway itself would throw
    EXPECT_EQ(at("$.a.b[1:].c", R"({"a":5})"), "[]");
    EXPECT_EQ(at("$[*].a.b", R"([{"a":1},{},2])"), "[]");
}

TEST(Path, slices) {
    EXPECT_EQ(at("$[1:3]", "[0,1,2,3,4]"), "[1,2]");
    EXPECT_EQ(at("$[:2]", "[0,1,2,3,4]"), "[0,1]");
    EXPECT_EQ(at("$[3:]", "[0,1,2,3,4]"), "[3,4]");
    EXPECT_EQ(at("$[-2:]", "[0,1,2,3,4]"), "[3,4]");
    EXPECT_EQ(at("$[:-3]", "[0,1,2,3,4]"), "[0,1]");
    EXPECT_EQ(at("$[4:1]", "[0,1,2,3,4]"), "[]");
    EXPECT_EQ(at("$[1:9223372036854775807]", "[0,1]"), "[1]");
}

TEST(Path, merges_several_names_at_the_end) {
    EXPECT_EQ(at("$['a','c','x']", R"({"a":1,"b":2,"c":3})"), R"({"a":1,"c":3})");
    EXPECT_EQ(at("$['a','c'].d", R"({"a":{"d":1},"c":{"d":2}})"), "[1,2]");
}

TEST(Path, filters) {
    std::string users = R"({"u":[{"n":"a","s":0},{"n":"b","s":1,"x":null},{"n":"c"},5]})";

    EXPECT_EQ(at("$.u[?(@.s == 0)].n", users), R"(["a"])");
    EXPECT_EQ(at("$.u[?(@.s != 0)].n", users), R"(["b","c"])");
    EXPECT_EQ(at("$.u[?( @.s>=0 && !(@.n=='a') )].n", users), R"(["b"])");
    EXPECT_EQ(at("$.u[?(@.x)].n", users), R"(["b"])");
    EXPECT_EQ(at("$.u[?(!@.s || @.s < 1)].n", users), R"(["a","c"])");
    EXPECT_EQ(at("$..[?(@.n == \"c\")]", users), R"([{"n":"c"}])");
    EXPECT_EQ(at("$.u[?(@ > 1)]", R"({"u":[1,2,3]})"), "[]");
    EXPECT_EQ(at("$.u[?(@.t[?(@.k == true)])].n", R"({"u":[{"n":1,"t":[{"k":true}]},{"n":2}]})"),
              "[1]");
}

TEST(Path, refuses_what_is_not_a_path) {
    for (const char* text : {"",
                             "a",
                             "x.$",
                             "$.",
                             "$..",
                             "$.a.",
                             "$[",
                             "$[a]",
                             "$['a",
                             "$[]",
                             "$[:]",
                             "$[1:2:3]",
                             "$[1",
                             "$.a b",
                             "$.a.length()",
                             "$..b.min()",
                             "$1",
                             "$.a]",
                             "$[?(@.a =~ /x/)]",
                             "$[?(@.a in [1])]",
                             "$[?(@.a == $.b)]",
                             "$[?(@.a == @.b)]",
                             "$[?(1)]",
                             "$[?(@.a ==)]",
                             "$[?(@.a]",
                             "$[?@.a]",
                             "$[?(@.a == 'x)]",
                             "$a-b",
                             "$.a\\",
                             "$['\\ud800']",
                             "$ "})
        EXPECT_FALSE(parse(text)) << text;
}

TEST(Path, tells_reference_paths_from_others) {
    for (const char* text : {"$", "$.a", "$['a,b'][0]", "$$.a", "$x.a[1]", "$.a\\:b"})
        EXPECT_TRUE(parse(text)->is_reference()) << text;
    for (const char* text : {"$.*", "$..a", "$[0,1]", "$[1:]", "$['a','b']", "$[?(@.a)]", "$.a:b"})
        EXPECT_FALSE(parse(text)->is_reference()) << text;
    EXPECT_TRUE(parse("$.a[0]")->is_definite());
    EXPECT_FALSE(parse("$.a[0:1]")->is_definite());
}

TEST(Path, bounds_its_work) {
    std::string nested = "$[?(";
    for (int i = 0; i < 3'000; ++i)
        nested += '(';
    EXPECT_FALSE(parse(nested));
    std::string negations = "$[?(" + std::string(3'000, '!') + "@.a)]";
    EXPECT_FALSE(parse(negations));
    EXPECT_FALSE(parse("$." + std::string(text_bytes_max, 'a')));
    Value wide = json("[[1,2,3,4,5,6,7,8,9],[1,2,3,4,5,6,7,8,9],[1,2,3,4,5,6,7,8,9]]");
    for (int i = 0; i < 4; ++i)
        wide = Value::array({wide, wide, wide, wide, wide, wide, wide});
    auto result = evaluate_on(parse("$..*..*..*..*..*").value(), wide);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().fault, PathFault::over_limit);
}

TEST(Path, finds_without_copying) {
    FixedScope scope(json(R"({"a":{"b":[1]},"n":null})"));
    Value storage;

    EXPECT_EQ(find(parse("$.a.b").value(), scope, storage), scope.input()->find("a")->find("b"));
    EXPECT_NE(find(parse("$.n").value(), scope, storage), nullptr);
    EXPECT_EQ(find(parse("$.m").value(), scope, storage), nullptr);
    EXPECT_EQ(find(parse("$.a[*]").value(), scope, storage), &storage);
}

TEST(ReferencePath, replaces_and_creates) {
    EXPECT_EQ(after_set("$", R"({"a":1})", "2"), "2");
    EXPECT_EQ(after_set("$.a", R"({"a":1,"b":2})", "3"), R"({"a":3,"b":2})");
    EXPECT_EQ(after_set("$.x.y.z", R"({"a":1})", "true"), R"({"a":1,"x":{"y":{"z":true}}})");
    EXPECT_EQ(after_set("$.l[1].v", R"({"l":[{},{"w":1}]})", "2"), R"({"l":[{},{"w":1,"v":2}]})");
}

TEST(ReferencePath, refuses_documents_it_does_not_fit) {
    EXPECT_EQ(after_set("$.a", "[1,2]", "3"),
              "error: Unable to apply ReferencePath $.a to input [1,2]");
    EXPECT_EQ(after_set("$.a.b", R"({"a":"s"})", "3"),
              R"(error: Unable to apply ReferencePath $.a.b to input {"a":"s"})");
    EXPECT_EQ(after_set("$.a[0]", R"({"a":[]})", "3"),
              R"(error: Unable to apply ReferencePath $.a[0] to input {"a":[]})");
    EXPECT_EQ(after_set("$.a[0]", "{}", "3"),
              "error: Unable to apply ReferencePath $.a[0] to input {}");
}

TEST(Path, replaces_what_it_matches) {
    const auto after = [](std::string_view path, std::string_view document) {
        return to_json(replace_matches(parse(path).value(), json(document),
                                       [](const Value& node) { return Value::array({node}); }));
    };
    EXPECT_EQ(after("$", "1"), "[1]");
    EXPECT_EQ(after("$.a.b", R"({"a":{"b":1,"c":2},"b":3})"), R"({"a":{"b":[1],"c":2},"b":3})");
    EXPECT_EQ(after("$.a[-1]", R"({"a":[1,2]})"), R"({"a":[1,[2]]})");
    EXPECT_EQ(after("$[*]['a','b']", R"([{"a":1,"b":2,"c":3},4])"),
              R"([{"a":[1],"b":[2],"c":3},4])");
    EXPECT_EQ(after("$..a", R"({"a":1,"b":[{"a":2}]})"), R"({"a":[1],"b":[{"a":[2]}]})");
    EXPECT_EQ(after("$.x.y", R"({"a":1})"), R"({"a":1})");
    EXPECT_FALSE(can_replace(parse("$.a[1:]").value()));
    EXPECT_FALSE(can_replace(parse("$.a[?(@.b)]").value()));
    EXPECT_FALSE(can_replace(parse("$$.a").value()));
}

} // namespace
} // namespace gradus::path
