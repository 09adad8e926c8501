using System.Reflection;
using System.Reflection.Emit;
using EmbeddingFunctions.Local.Worker;
using Microsoft.Azure.WebJobs;
using Binder = Microsoft.Azure.WebJobs.Binder;

namespace EmbeddingFunctions.Local.Triggers;

/// <summary>
/// WebJobs indexes methods with trigger attributes. The Functions host emits a type `Host.Functions` with one method for
/// each function, and so does Local: receipts, poison messages and host ids are then named as in Azure.
/// </summary>
internal static class FunctionTypeEmitter
{
    private static readonly MethodInfo Run = typeof(TriggerTarget).GetMethod(
        "RunAsync",
        BindingFlags.Instance | BindingFlags.NonPublic
    )!;

    public static Type Emit(IEnumerable<Function> functions)
    {
        var type = AssemblyBuilder
            .DefineDynamicAssembly(new AssemblyName("Host.Functions"), AssemblyBuilderAccess.Run)
            .DefineDynamicModule("Host.Functions")
            .DefineType("Host.Functions", TypeAttributes.Public | TypeAttributes.Sealed, typeof(TriggerTarget));
        EmitConstructor(type);
        foreach (var function in functions)
        {
            EmitMethod(type, function);
        }
        return type.CreateType();
    }

    private static void EmitConstructor(TypeBuilder type)
    {
        var parameters = new[] { typeof(TriggerTarget.Invoke) };
        var code = type.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, parameters)
            .GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldarg_1);
        code.Emit(
            OpCodes.Call,
            typeof(TriggerTarget).GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic).Single()
        );
        code.Emit(OpCodes.Ret);
    }

    // public Task Name([Trigger] T data, Binder binder, CancellationToken token) => RunAsync("Name", data, binder, token);
    private static void EmitMethod(TypeBuilder type, Function function)
    {
        var data = function.Trigger.Deferred ? typeof(ParameterBindingData) : typeof(string);
        var method = type.DefineMethod(
            function.Name,
            MethodAttributes.Public,
            typeof(Task),
            [data, typeof(Binder), typeof(CancellationToken)]
        );
        method.SetCustomAttribute(Attribute(typeof(FunctionNameAttribute), function.Name));
        method
            .DefineParameter(1, ParameterAttributes.None, function.Trigger.Parameter)
            .SetCustomAttribute(TriggerAttribute(function.Trigger));
        method.DefineParameter(2, ParameterAttributes.None, "binder");
        method.DefineParameter(3, ParameterAttributes.None, "cancellationToken");
        var code = method.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldstr, function.Name);
        code.Emit(OpCodes.Ldarg_1);
        code.Emit(OpCodes.Ldarg_2);
        code.Emit(OpCodes.Ldarg_3);
        code.Emit(OpCodes.Call, Run);
        code.Emit(OpCodes.Ret);
    }

    private static CustomAttributeBuilder TriggerAttribute(Trigger trigger) =>
        trigger.Kind switch
        {
            TriggerKind.Queue => Attribute(typeof(QueueTriggerAttribute), trigger["queueName"], trigger.Connection),
            TriggerKind.Blob => Attribute(typeof(BlobTriggerAttribute), trigger["path"], trigger.Connection),
            _ => throw new LocalException($"{trigger.Kind} is not a storage trigger."),
        };

    private static CustomAttributeBuilder Attribute(Type type, string argument, string? connection = null) =>
        new(
            type.GetConstructor([typeof(string)])!,
            [argument],
            connection is null ? [] : [type.GetProperty("Connection")!],
            connection is null ? [] : [connection]
        );
}
