using System.Security.Cryptography;
using System.Text;

namespace EmbeddingFunctions.Documents.Tests.Fuzz;

/// <summary>Whole files of every format: of the tests, the repository's samples, the shared cases, a folder of more.</summary>
internal static class Samples
{
    private const int MostBytes = 300_000;

    // What the tests of no format make; a picture's texts are those that its reader looks for.
    private static readonly (string Name, string Text)[] Texts =
    [
        ("a.tsv", "part\thours\nseal\t400\nring\t\"1\"\n"),
        ("a.jsonl", "{\"id\":1,\"text\":\"A worn seal leaks.\"}\n{\"id\":2.5e3,\"parts\":[{\"a\":null}]}\n"),
        (
            "a.svg",
            "<svg xmlns='http://www.w3.org/2000/svg'><title>Pumps</title><g><text x='1'>A <tspan>seal</tspan></text></g></svg>"
        ),
        ("a.csproj", "<Project Sdk='A'><PropertyGroup><Id Label='b'>1</Id></PropertyGroup></Project>"),
        (
            "a.mhtml",
            "From: a\nSubject: =?utf-8?B?5rC05rO1?=\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"b\"\n\n--b\nContent-Type: text/html; charset=gb2312\n"
                + "Content-Transfer-Encoding: quoted-printable\nContent-Location: http://x/\n\n<p>A =CB=AE <b>seal</b></p>\n--b\nContent-Type: image/gif\nContent-Transfer-Encoding: base64\n\nR0lGODdh\n--b--\n"
        ),
        (
            "a.rtf",
            @"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}{\f1\fcharset134 Song;}}{\stylesheet{\s1 heading 1;}}{\info{\title T}}\pard\s1 Pumps\par\pard\uc1{\f1 \'cb\'ae}\u8364 ?{\v H}"
                + @"\par\trowd\intbl a\cell b\cell\row\pard A{\*\footnote B\par}{\*\shpinst{\shptxt C\par}}\bin2 xx\par}"
        ),
        (
            "a.html",
            "<!doctype html><html lang=de><meta charset=utf-8><title>T</title><body><h1>Pumps</h1><ul><li>a<ol><li>b</ol></ul><table><tr><th>a<td rowspan=2>b<tr><td>c</table><pre>x\n y</pre><p hidden>z<template>t</template>"
        ),
        (
            "a.md",
            "---\ntitle: T\n---\n# Pumps\n\n* a\n  1. b\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```c\nint x;\n```\n\nText[^1] <b>x</b> [l](u)\n\n[^1]: Note\n"
        ),
        (
            "a.gif",
            "GIF89a\u0002\0\u0002\0\u0080\0\0\0\0\0ÿÿÿ!þ\u000cA worn seal!\0,\0\0\0\0\u0002\0\u0002\0\0\u0002\u0002\u008c\u000a\0;"
        ),
        ("a.webp", "RIFF\u0034\0\0\0WEBPVP8X\u000a\0\0\0\u0008\0\0\0\u0001\0\0\u0001\0\0EXIF\u001a\0\0\0"),
    ];

    /// <summary>As the tests and the repository have them.</summary>
    public static IReadOnlyList<Sample> Own { get; } =
    [
        .. OfTests(),
        .. Texts.Select(text => Of(text.Name, Encoding.Latin1.GetBytes(text.Text))),
        .. In(Files.Samples),
        .. In(Path.Combine(Cases.Root, "files")),
    ];

    /// <summary>Those of a folder, of its inner folders too.</summary>
    public static IEnumerable<Sample> In(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Where(file => new FileInfo(file).Length is > 0 and < MostBytes)
                .Select(file => Of(Path.GetFileName(file), File.ReadAllBytes(file)))
            : [];

    /// <summary>Writes what a test reads into the folder INPUTS, if that variable is set: samples of every oddity that has a test.</summary>
    public static void Keep(byte[] bytes, string name)
    {
        if (Environment.GetEnvironmentVariable("INPUTS") is { Length: > 0 } folder && bytes.Length < MostBytes)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];
            File.WriteAllBytes(Path.Combine(folder, hash + Path.GetExtension(name)), bytes);
        }
    }

    private static Sample Of(string name, byte[] bytes) => new(Path.GetExtension(name).ToLowerInvariant(), name, bytes);

    private static IEnumerable<Sample> OfTests() =>
        typeof(ReaderConformance)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(ReaderConformance)) && !type.IsAbstract)
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => ((ReaderConformance)Activator.CreateInstance(type)!).Sample)
            .Append(
                Of(
                    "a.odg",
                    Odf.File(
                        "drawing",
                        "<draw:page><draw:frame><draw:text-box><text:p>A worn seal</text:p></draw:text-box></draw:frame></draw:page>"
                    )
                )
            )
            .Append(
                Of(
                    "a.odt",
                    Odf.Text(
                        "<text:h text:outline-level=\"2\">A</text:h><text:list><text:list-item><text:p>b<text:s text:c=\"3\"/>c<text:note><text:note-body><text:p>d</text:p></text:note-body></text:note></text:p></text:list-item></text:list><table:table><table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"2\"><text:p>e</text:p></table:table-cell></table:table-row></table:table>"
                    )
                )
            )
            .Concat(ImageTests.Samples);
}
