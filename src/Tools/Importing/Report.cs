using System.Globalization;
using System.Text;

namespace EmbeddingFunctions.Tools.Importing;

/// <summary>What is told of a model: a line for each thing.</summary>
internal sealed class Report
{
    private readonly StringBuilder _lines = new();

    public Report Add(string what, object value)
    {
        _lines.Append(CultureInfo.InvariantCulture, $"{what, -18}{value}").Append('\n');
        return this;
    }

    public override string ToString() => _lines.ToString().TrimEnd();
}
