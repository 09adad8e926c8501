using EmbeddingFunctions.Functions.Search;

namespace EmbeddingFunctions.Functions.Tests.Search;

public sealed class RetrieverTests
{
    [Theory]
    [InlineData("AB-77/12", @"AB\-77/12")]
    [InlineData("C++ (draft) && [v2]?", @"C\+\+ \(draft\) && [v2]?")]
    [InlineData("\"unclosed phrase", "\\\"unclosed phrase")]
    [InlineData("a|b* 'c' ~2 \\", @"a\|b\* \'c\' \~2 \\")]
    [InlineData("苹果什么时候发布?", "苹果什么时候发布?")]
    public void Punctuation_of_a_question_is_no_operator(string question, string sent) =>
        Retriever.Plain(question).ShouldBe(sent);
}
