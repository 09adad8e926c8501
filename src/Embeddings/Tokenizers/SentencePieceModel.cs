using System.Buffers.Binary;
using System.Text;

namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>What a SentencePiece .model file (a protocol buffer, sentencepiece_model.proto) holds of a Unigram model.</summary>
internal sealed class SentencePieceModel
{
    private const int UnigramType = 1;
    private const int BytePiece = 6;

    private readonly List<string> _pieces = [];
    private readonly List<float> _scores = [];
    private long _modelType = UnigramType;
    private bool _hasBytePieces;

    public IReadOnlyList<string> Pieces => _pieces;

    public IReadOnlyList<float> Scores => _scores;

    /// <summary>The compiled character map; empty if the model normalises nothing.</summary>
    public ReadOnlyMemory<byte> CharacterMap { get; private set; }

    /// <exception cref="ModelFolderException">The file is cut, is no such file, or holds another kind of model.</exception>
    public static SentencePieceModel Read(string path)
    {
        var model = new SentencePieceModel();
        try
        {
            model.ReadModel(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw new ModelFolderException($"{path}: no SentencePiece model: {e.Message}", e);
        }

        return model switch
        {
            { _modelType: not UnigramType } => throw new ModelFolderException(
                $"{path}: model_type {model._modelType} is not supported (1, Unigram)"
            ),
            { _hasBytePieces: true } => throw new ModelFolderException($"{path}: byte pieces are not supported"),
            { _pieces.Count: 0 } => throw new ModelFolderException($"{path}: holds no pieces"),
            _ => model,
        };
    }

    private void ReadModel(ReadOnlyMemory<byte> file)
    {
        for (var message = new Message(file); message.Next(); )
        {
            switch (message.Field)
            {
                case 1:
                    ReadPiece(message.Bytes);
                    break;
                case 2:
                    ReadTrainer(message.Bytes);
                    break;
                case 3:
                    ReadNormalizer(message.Bytes);
                    break;
                default:
                    break;
            }
        }
    }

    private void ReadPiece(ReadOnlyMemory<byte> bytes)
    {
        var (piece, score) = ("", 0f);
        for (var message = new Message(bytes); message.Next(); )
        {
            switch (message.Field)
            {
                case 1:
                    piece = Encoding.UTF8.GetString(message.Bytes.Span);
                    break;
                case 2:
                    score = BitConverter.UInt32BitsToSingle((uint)message.Number);
                    break;
                case 3:
                    _hasBytePieces |= message.Number == BytePiece;
                    break;
                default:
                    break;
            }
        }

        _pieces.Add(piece);
        _scores.Add(score);
    }

    private void ReadTrainer(ReadOnlyMemory<byte> bytes)
    {
        for (var message = new Message(bytes); message.Next(); )
        {
            _modelType = message.Field == 3 ? message.Number : _modelType;
        }
    }

    private void ReadNormalizer(ReadOnlyMemory<byte> bytes)
    {
        for (var message = new Message(bytes); message.Next(); )
        {
            CharacterMap = message.Field == 2 ? message.Bytes : CharacterMap;
        }
    }

    /// <summary>The fields of one protocol buffer message, one after the other.</summary>
    private struct Message(ReadOnlyMemory<byte> bytes)
    {
        private ReadOnlyMemory<byte> _rest = bytes;

        public int Field { get; private set; }

        public long Number { get; private set; }

        public ReadOnlyMemory<byte> Bytes { get; private set; }

        public bool Next()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            var key = Varint();
            Field = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    Number = Varint();
                    break;
                case 1:
                    Number = BinaryPrimitives.ReadInt64LittleEndian(Take(8).Span);
                    break;
                case 2:
                    Bytes = Take(Varint());
                    break;
                case 5:
                    Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span);
                    break;
                default:
                    throw new InvalidDataException($"wire type {key & 7} of field {Field} is not known");
            }

            return true;
        }

        private long Varint()
        {
            long value = 0;
            for (var shift = 0; shift < 64; shift += 7)
            {
                var next = Take(1).Span[0];
                value |= (long)(next & 0x7F) << shift;
                if (next < 0x80)
                {
                    return value;
                }
            }

            throw new InvalidDataException("a number has more than ten bytes");
        }

        private ReadOnlyMemory<byte> Take(long length)
        {
            if (length < 0 || length > _rest.Length)
            {
                throw new InvalidDataException($"{length} bytes are announced where {_rest.Length} are left");
            }

            var taken = _rest[..(int)length];
            _rest = _rest[(int)length..];
            return taken;
        }
    }
}
