#include "states/query/intrinsics/intrinsics.hpp"

#include "gradus/json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gradus::intrinsics {
namespace {

Value json(std::string_view text) { return parse_json(text).value(); }

/// The result as JSON text, or the error's message.
std::string call(std::string_view text, std::string_view input = "{}") {
    auto parsed = parse(text);
    if (!parsed) return "syntax: " + parsed.error().message;
    auto result = evaluate(*parsed, FixedScope(json(input), json(R"({"Name":"a-b"})"),
                                               json(R"({"v":[1,2]})"), Random{1, 0}));
    return result ? to_json(*result) : "error: " + result.error().message;
}

bool refuses(std::string_view text, std::string_view input = "{}") {
    auto result = evaluate(parse(text).value(), FixedScope(json(input)));
    return !result && result.error().fault == IntrinsicFault::intrinsic;
}

TEST(Intrinsics, take_every_kind_of_argument) {
    EXPECT_EQ(call("States.Array( 'a' ,1, -2.5,null,true , false,$.x,$$.Name,$v[1],States.Array())",
                   R"({"x":{"y":[]}})"),
              R"(["a",1,-2.5,null,true,false,{"y":[]},"a-b",2,[]])");
    EXPECT_EQ(call("States.ArrayGetItem(States.StringSplit($$.Name, '-'), 1)"), R"("b")");
    EXPECT_EQ(call("States.Array($['a,)b'], $.l[?(@.k == 'x,)')].k)",
                   R"~({"a,)b":1,"l":[{"k":"x,)"}]})~"),
              R"~([1,["x,)"]])~");
    EXPECT_EQ(call(R"(States.Array('it\'s \{\} \\'))"), R"(["it's {} \\"])");
}

TEST(Intrinsics, find_faults_when_parsed) {
    for (const char* text : {"States.Nope()",
                             "States.Format()",
                             "States.UUID(1)",
                             "States.MathAdd(1)",
                             "States.MathRandom(1,2,3,4)",
                             "States.Array('a",
                             "States.Array('a\\",
                             "States.Array(1",
                             "States.Array(1,)",
                             "States.Array(,)",
                             "States.Array(x)",
                             "States.Array(01)",
                             "States.Array($.a b)",
                             "States.Array($.)",
                             "States.Array(1) x",
                             "States.Array",
                             "Array(1)",
                             "",
                             "States.array(1)",
                             "States.Array(\"a\")"})
        EXPECT_FALSE(parse(text)) << text;
    EXPECT_EQ(call("States.MathAdd(1)"), "syntax: States.MathAdd takes 2 arguments, found 1");
}

TEST(Intrinsics, nest_to_the_documented_depth_only) {
    auto nested = [](std::size_t levels) {
        std::string text = "States.Array()";
        for (std::size_t i = 0; i < levels; ++i)
            text = "States.Array(" + text + ")";
        return text;
    };
    EXPECT_TRUE(parse(nested(nesting_max)));
    EXPECT_FALSE(parse(nested(nesting_max + 1)));
}

TEST(Intrinsics, tell_what_they_refer_to) {
    auto parsed = parse("States.Format('{}{}{}', $b, States.Array($a.x, $b), $$.Name)").value();

    EXPECT_EQ(parsed.variables_referenced(), (std::vector<std::string>{"b", "a"}));
    EXPECT_EQ(parsed.function_name(), "States.Format");
    EXPECT_TRUE(parsed.can_return_string());
    EXPECT_FALSE(parse("States.Array()")->can_return_string());
}

TEST(Intrinsics, say_which_call_failed) {
    auto missing = evaluate(parse("States.Array(States.Format('{}', $.x))").value(),
                            FixedScope(json(R"({"a":1})")));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().fault, IntrinsicFault::path);
    EXPECT_EQ(missing.error().message,
              "The function 'States.Format('{}', $.x)' had the following error: The JsonPath "
              R"(argument for the field '$.x' could not be found in the input '{"a":1}')");
    EXPECT_EQ(call("States.ArrayLength(1)"),
              "error: The function 'States.ArrayLength(1)' had the following error: The first "
              "argument must be an array");
}

TEST(IntrinsicArrays, work) {
    std::string input = R"({"l":[0,1,2,3,4]})";
    EXPECT_EQ(call("States.ArrayPartition($.l, 2)", input), "[[0,1],[2,3],[4]]");
    EXPECT_EQ(call("States.ArrayPartition($.l, 9)", input), "[[0,1,2,3,4]]");
    EXPECT_EQ(call("States.ArrayPartition($.l, 2.9)", input), "[[0,1],[2,3],[4]]");
    EXPECT_EQ(call("States.ArrayPartition(States.Array(), 1)"), "[]");
    EXPECT_TRUE(refuses("States.ArrayPartition($.l, 0)", input));
    EXPECT_EQ(
        call("States.ArrayContains($.l, $.v)", R"({"l":[{"a":1,"b":[]}],"v":{"b":[],"a":1}})"),
        "true");
    EXPECT_EQ(call("States.ArrayContains($.l, '1')", input), "false");
    EXPECT_EQ(call("States.ArrayGetItem($.l, 4)", input), "4");
    EXPECT_TRUE(refuses("States.ArrayGetItem($.l, 5)", input));
    EXPECT_TRUE(refuses("States.ArrayGetItem($.l, -1)", input));
    EXPECT_EQ(call("States.ArrayLength($.l)", input), "5");
    EXPECT_EQ(call("States.ArrayUnique($)",
                   R"([3,1,3,1.0,"1",null,null,true,[1],[1],{"a":1,"b":2},{"b":2,"a":1}])"),
              R"([3,1,"1",null,true,[1],{"a":1,"b":2}])");
}

TEST(IntrinsicArrays, make_ranges) {
    EXPECT_EQ(call("States.ArrayRange(1, 9, 2)"), "[1,3,5,7,9]");
    EXPECT_EQ(call("States.ArrayRange(0, 10, 3)"), "[0,3,6,9]");
    EXPECT_EQ(call("States.ArrayRange(1, 9, 9)"), "[1]");
    EXPECT_EQ(call("States.ArrayRange(3, -3, -3)"), "[3,0,-3]");
    EXPECT_EQ(call("States.ArrayRange(3, 1, 1)"), "[]");
    EXPECT_TRUE(refuses("States.ArrayRange(1, 2, 0)"));
    EXPECT_FALSE(refuses("States.ArrayRange(1, 1000, 1)"));
    EXPECT_TRUE(refuses("States.ArrayRange(1, 1001, 1)"));
    EXPECT_TRUE(refuses("States.ArrayRange(-9223372036854775808, 9223372036854775807, 1)"));
    EXPECT_EQ(call("States.ArrayRange(-9000000000000000000, 9000000000000000000, "
                   "9000000000000000000)"),
              "[-9000000000000000000,0,9000000000000000000]");
}

TEST(IntrinsicTexts, encode_and_hash) {
    EXPECT_EQ(call("States.Base64Encode('Hello World')"), R"("SGVsbG8gV29ybGQ=")");
    EXPECT_EQ(call("States.Base64Decode('SGVsbG8gV29ybGQ=')"), R"("Hello World")");
    EXPECT_EQ(call("States.Base64Encode('')"), R"("")");
    EXPECT_TRUE(refuses("States.Base64Decode('SGV')"));
    EXPECT_TRUE(refuses("States.Base64Decode('/w==')"));
    EXPECT_EQ(call("States.Hash('Hash this string', 'SHA-256')"),
              R"("1cac63f39fd68d8c531f27b807610fb3d50f0fc3f186995767fb6316e7200a3e")");
    EXPECT_EQ(call("States.Base64Decode('')"), R"("")");
    const std::string longest = "'" + std::string(data_characters_max, 'a') + "'";
    const std::string too_long = "'" + std::string(data_characters_max + 1, 'a') + "'";
    EXPECT_FALSE(refuses("States.Base64Encode(" + longest + ")"));
    EXPECT_TRUE(refuses("States.Base64Encode(" + too_long + ")"));
    EXPECT_TRUE(refuses("States.Base64Decode(" + too_long + ")"));
    EXPECT_TRUE(refuses("States.Base64Encode(1)"));
    // Objects and numbers are hashed as their JSON text.
    EXPECT_EQ(call("States.Hash($, 'MD5')", R"({"a": 1})"),
              R"("bb6cb5c68df4652941caf652a366f2d8")");
    EXPECT_EQ(call("States.Hash(1, 'SHA-1')"), R"("356a192b7913b04c54574d18c28d46e6395428ab")");
    EXPECT_EQ(call("States.Hash('', 'MD5')"), R"("d41d8cd98f00b204e9800998ecf8427e")");
    EXPECT_TRUE(refuses("States.Hash('', 'SHA-2')"));
    EXPECT_TRUE(refuses("States.Hash('" + std::string(data_characters_max + 1, 'a') + "', 'MD5')"));
}

TEST(IntrinsicTexts, read_and_write_json) {
    EXPECT_EQ(call("States.StringToJson($)", R"("{\"a\":[1, 2]}")"), R"({"a":[1,2]})");
    EXPECT_EQ(call("States.StringToJson('')"), "null");
    EXPECT_EQ(call("States.StringToJson(' ')"), "null");
    EXPECT_EQ(call("States.StringToJson('-0')"), "0");
    EXPECT_TRUE(refuses("States.StringToJson('{')"));
    EXPECT_EQ(call("States.JsonToString($)", R"({"a": [1, "x"]})"), R"("{\"a\":[1,\"x\"]}")");
    EXPECT_EQ(call("States.JsonToString('x')"), R"("\"x\"")");
    EXPECT_EQ(call("States.JsonMerge($.a, $.b, false)", R"({"a":{"x":{"y":1},"z":1},"b":{"x":2}})"),
              R"({"x":2,"z":1})");
    EXPECT_TRUE(refuses("States.JsonMerge($, $, true)"));
}

TEST(IntrinsicTexts, build_json_from_escaped_literals) {
    EXPECT_EQ(call("States.JsonMerge($.a, States.StringToJson(States.Format("
                   "'\\{\"k\": \"{}\"\\}', $.b)), false)",
                   R"({"a":{"z":1},"b":"v"})"),
              R"({"z":1,"k":"v"})");
    EXPECT_EQ(call("States.StringSplit('a\nb', '\n')"), R"(["a","b"])"); // recorded
}

TEST(IntrinsicTexts, split) {
    EXPECT_EQ(call("States.StringSplit('This.is+a,test=string', '.+,=')"),
              R"(["This","is","a","test","string"])");
    EXPECT_EQ(call("States.StringSplit(',,,,', ',')"), "[]");
    EXPECT_EQ(call("States.StringSplit(' , ', ',')"), R"([" "," "])");
    EXPECT_EQ(call("States.StringSplit('aéb', 'é')"), R"(["a","b"])");
    EXPECT_EQ(call("States.StringSplit('abc', '')"), R"(["abc"])");
}

TEST(IntrinsicNumbers, add_what_was_rounded) {
    EXPECT_EQ(call("States.MathAdd(1.5, 1.51)"), "4");
    EXPECT_EQ(call("States.MathAdd(-1.49, -1.5)"), "-2");
    EXPECT_EQ(call("States.MathAdd(-2.5, 0)"), "-2");
    EXPECT_EQ(call("States.MathAdd(-1.51, 0)"), "-2");
    EXPECT_EQ(call("States.MathAdd(2147483646, 1)"), "2147483647");
    EXPECT_TRUE(refuses("States.MathAdd(2147483647, 1)"));
    EXPECT_TRUE(refuses("States.MathAdd('1', 1)"));
    EXPECT_TRUE(refuses("States.MathAdd(9223372036854775807, 9223372036854775807)"));
}

TEST(IntrinsicNumbers, draw) {
    for (int i = 0; i < 50; ++i) {
        FixedScope scope(Value(), Value(), Value(), Random{static_cast<std::uint64_t>(i), 0});
        auto drawn = evaluate(parse("States.MathRandom(-1, 2)").value(), scope).value();
        EXPECT_GE(drawn.as_integer(), -1);
        EXPECT_LT(drawn.as_integer(), 2);
    }
    EXPECT_EQ(call("States.MathRandom(0, 1000000, 7)"), call("States.MathRandom(0, 1000000, 7)"));
    EXPECT_TRUE(refuses("States.MathRandom(1, 1)"));

    FixedScope scope{Value()};
    auto call_uuid = parse("States.UUID()").value();
    Value first = evaluate(call_uuid, scope).value();
    EXPECT_EQ(first.size(), 36U);
    EXPECT_NE(first, evaluate(call_uuid, scope).value());
}

TEST(IntrinsicFormat, fills_in_and_unescapes) {
    EXPECT_EQ(call("States.Format('a={} b={}', 1, 'x')"), R"("a=1 b=x")");
    EXPECT_EQ(call(R"(States.Format('\{\} {} \\ \'', true))"), R"("{} true \\ '")");
    EXPECT_EQ(call("States.Format($.t, $.x)", R"({"t":"<{}>","x":null})"), R"("<null>")");
    EXPECT_TRUE(refuses("States.Format('{}')"));
    EXPECT_TRUE(refuses("States.Format('x', 1)"));
    EXPECT_TRUE(refuses("States.Format(1)"));
}

TEST(IntrinsicFormat, prints_as_java_does) {
    EXPECT_EQ(call("States.Format('{}|{}', $.o, $.l)",
                   R"({"o":{"Arg1":1,"Arg2":[],"s":"q","n":null},"l":[1.10,[true,"x"],{}]})"),
              R"("{Arg1=1, Arg2=[], s=q, n=null}|[1.10, [true, x], {}]")");
}

} // namespace
} // namespace gradus::intrinsics
