namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>A refusal as the service words it; the HTTP layer writes it as <c>{"error":{"code","message","details"}}</c>.</summary>
internal sealed class ServiceException(int status, string code, string message, ErrorDetail? detail = null)
    : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public ErrorDetail? Detail => detail;

    /// <summary>400 of a <c>$filter</c>, <c>$orderby</c> or <c>$select</c> that does not parse or bind.</summary>
    public static ServiceException InvalidExpression(string message, string parameter) =>
        new(400, "", $"Invalid expression: {message}\r\nParameter name: {parameter}");

    /// <summary>400 of a body that is not what the operation takes.</summary>
    public static ServiceException InvalidBody(string message) =>
        new(400, "", $"The request is invalid. Details: {message}");

    /// <summary>400 of a well-formed parameter with a value that is not allowed.</summary>
    public static ServiceException InvalidParameter(string detailCode, string message, string parameter) =>
        new(
            400,
            "InvalidRequestParameter",
            $"{message}\r\nParameter name: {parameter}",
            new ErrorDetail(detailCode, message)
        );

    /// <summary>400 of an index definition that breaks a rule.</summary>
    public static ServiceException InvalidDefinition(string detailCode, string message) =>
        new(
            400,
            "InvalidRequestParameter",
            $"The request is invalid. Details: definition : {message}",
            new ErrorDetail(detailCode, $"{message} Parameters: definition")
        );

    /// <summary>400 of something that the real service has and this emulator has not: refused, never ignored.</summary>
    public static ServiceException NotSupported(string what)
    {
        var message = $"{what} is not supported by this emulator.";
        return new ServiceException(
            400,
            "FeatureNotSupportedInService",
            message,
            new ErrorDetail("FeatureNotSupportedInEmulator", message)
        );
    }

    /// <summary>400 of a service whose semantic ranker is switched off, as it words it.</summary>
    public static ServiceException SemanticNotAvailable()
    {
        const string message = "Semantic search is not enabled for this service.";
        return new ServiceException(
            400,
            "FeatureNotSupportedInService",
            $"{message}\r\nParameter name: queryType",
            new ErrorDetail("SemanticQueriesNotAvailable", message)
        );
    }

    public static ServiceException IndexNotFound(string name) =>
        new(404, "", $"No index with the name '{name}' was found in the service '{ServiceName}'.");

    /// <summary>404 of an operation on documents, which the service words in another way.</summary>
    public static ServiceException IndexOfDocumentsNotFound(string name) =>
        new(404, "", $"The index '{name}' for service '{ServiceName}' was not found.");

    /// <summary>409 of a POST that names what is there already.</summary>
    public static ServiceException AlreadyExists(string what, string name, string detailCode)
    {
        var message = $"Cannot create {what} '{name}' because it already exists.";
        return new ServiceException(409, "ResourceNameAlreadyInUse", message, new ErrorDetail(detailCode, message));
    }

    public static ServiceException PreconditionFailed() =>
        new(
            412,
            "",
            "The precondition given in one of the request headers evaluated to false. No change was made to the resource from this request."
        );

    public const string ServiceName = "search-emulator";
}

internal sealed record ErrorDetail(string Code, string Message);
