using System.Globalization;
using System.Text;

namespace EmbeddingFunctions.Documents.Formats.Rtf;

/// <summary>The tokens of RTF bytes; pictures in binary form are passed over.</summary>
internal sealed class RtfTokens(byte[] bytes)
{
    public enum Kind
    {
        Open,
        Close,
        Word,
        Symbol,
        Letter,
    }

    /// <summary>A brace, a control word with its number, a control symbol or a byte of text.</summary>
    public readonly record struct Token(Kind Kind, byte Letter = 0, string Word = "", int? Number = null);

    private const int LongestWord = 32;
    private int _at;

    public Token? Next()
    {
        while (_at < bytes.Length && bytes[_at] is (byte)'\r' or (byte)'\n')
        {
            _at++;
        }

        return _at == bytes.Length
            ? null
            : bytes[_at++] switch
            {
                (byte)'{' => new Token(Kind.Open),
                (byte)'}' => new Token(Kind.Close),
                (byte)'\\' => Control(),
                var letter => new Token(Kind.Letter, letter),
            };
    }

    private Token Control()
    {
        var word = TakeWhile(char.IsAsciiLetter);
        if (word.Length == 0)
        {
            return Symbol();
        }

        var isNegative = _at < bytes.Length && bytes[_at] == '-';
        _at += isNegative ? 1 : 0;
        int? number = int.TryParse(TakeWhile(char.IsAsciiDigit), CultureInfo.InvariantCulture, out var n) ? n : null;
        _at += _at < bytes.Length && bytes[_at] == ' ' ? 1 : 0;
        if (word is "bin")
        {
            _at = (int)Math.Min(bytes.Length, _at + (long)(isNegative ? 0 : number ?? 0));
        }

        return new Token(Kind.Word, Word: word, Number: isNegative ? -number : number);
    }

    private Token Symbol()
    {
        var symbol = _at < bytes.Length ? bytes[_at++] : (byte)' ';
        if (symbol == '\'')
        {
            var hex = bytes.AsSpan(_at, Math.Min(2, bytes.Length - _at));
            _at += hex.Length;
            var isHex = byte.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b);
            return new Token(Kind.Letter, isHex ? b : (byte)'?');
        }

        return new Token(symbol is (byte)'\\' or (byte)'{' or (byte)'}' ? Kind.Letter : Kind.Symbol, symbol);
    }

    private string TakeWhile(Func<char, bool> isPart)
    {
        var start = _at;
        while (_at < bytes.Length && _at - start < LongestWord && isPart((char)bytes[_at]))
        {
            _at++;
        }

        return Encoding.ASCII.GetString(bytes, start, _at - start);
    }
}
