using EmbeddingFunctions.Functions.Sync;

namespace EmbeddingFunctions.Functions.Tests.Sync;

public sealed class DocumentPathTests
{
    private static readonly DocumentPath Menu = new("documents", "菜单/John's Menu.pdf");

    [Fact]
    public void An_id_is_the_start_of_the_hash_of_container_and_path() =>
        // echo -n 'documents/a.txt' | sha256sum
        new DocumentPath("documents", "a.txt").Id.ShouldBe("430622c741eb6e4d7cc78861e136c254");

    [Fact]
    public void A_key_has_only_characters_that_the_index_takes() =>
        Menu.ChunkKey("Soups > 汤", "leek", 0).ShouldMatch("^[A-Za-z0-9=-][A-Za-z0-9_=-]{0,1023}$");

    [Fact]
    public void Equal_names_in_two_folders_have_two_ids() =>
        new DocumentPath("documents", "a/x.txt").Id.ShouldNotBe(new DocumentPath("documents", "b/x.txt").Id);

    [Fact]
    public void Heading_text_and_occurrence_each_make_another_key()
    {
        string[] keys =
        [
            Menu.ChunkKey("", "leek", 0),
            Menu.ChunkKey("", "onion", 0),
            Menu.ChunkKey("Soups", "leek", 0),
            Menu.ChunkKey("", "leek", 1),
            Menu.ChunkKey("", "leek", 2),
        ];

        keys.Distinct().Count().ShouldBe(keys.Length);
        keys.ShouldAllBe(key => key.StartsWith(Menu.Id + "-", StringComparison.Ordinal));
    }
}
